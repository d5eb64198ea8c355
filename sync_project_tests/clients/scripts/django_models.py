"""A Django project in one file, with django-salesforce as its database; prints what it saw as JSON."""

import io
import json
import sys

import django
from django.conf import settings
from django.core.management import call_command

GIVEN = json.loads(sys.argv[1])
settings.configure(
    INSTALLED_APPS=["salesforce"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        "salesforce": {
            "ENGINE": "salesforce.backend",
            "AUTH": GIVEN["auth"],
            "HOST": GIVEN["url"],
            "CONSUMER_KEY": GIVEN["client_id"],
            "CONSUMER_SECRET": GIVEN["client_secret"],
            "USER": GIVEN["username"],
            "PASSWORD": GIVEN["password"],
        },
    },
    DATABASE_ROUTERS=["salesforce.router.ModelRouter"],
    SALESFORCE_DB_ALIAS="salesforce",
    USE_TZ=True,
)
django.setup()

from django.db.models import Count, Q  # noqa: E402
from salesforce import models  # noqa: E402
from salesforce.dbapi.exceptions import SalesforceError  # noqa: E402


class Account(models.Model):
    Name = models.CharField(max_length=255)
    BillingCity = models.CharField(max_length=40, null=True)
    NumberOfEmployees = models.IntegerField(null=True)
    IsDeleted = models.BooleanField(sf_read_only=models.READ_ONLY, default=False)

    class Meta:
        app_label = "crm"
        db_table = "Account"
        managed = False


class Contact(models.Model):
    FirstName = models.CharField(max_length=40, null=True)
    LastName = models.CharField(max_length=80)
    Name = models.CharField(max_length=121, sf_read_only=models.READ_ONLY)
    Birthdate = models.DateField(null=True)
    DoNotCall = models.BooleanField(default=False)
    Account = models.ForeignKey(Account, models.DO_NOTHING, null=True, db_column="AccountId")
    CreatedDate = models.DateTimeField(sf_read_only=models.READ_ONLY)

    class Meta:
        app_label = "crm"
        db_table = "Contact"
        managed = False


def refusal(work):
    try:
        work()
    except SalesforceError as error:
        return str(error)
    return None


def visit():
    acme = Account.objects.create(Name="O'Brien", BillingCity="Ulm", NumberOfEmployees=3)
    Account.objects.bulk_create(
        [Account(Name=f"Bulk {number}", NumberOfEmployees=number) for number in range(250)]
    )
    zoe = Contact.objects.create(LastName="Zoë", FirstName='"Q"', Birthdate="1990-05-17", Account=acme)
    zoe.DoNotCall = True
    zoe.save()
    read = Contact.objects.select_related("Account").get(LastName="Zoë")
    changed = Account.objects.filter(Name__startswith="Bulk 1").update(BillingCity="Bonn")
    deleted = Account.objects.filter(NumberOfEmployees__gte=200).delete()
    output = io.StringIO()
    call_command("inspectdb", "Contact", database="salesforce", stdout=output)
    return {
        "contact": [
            read.Name,
            str(read.Birthdate),
            read.DoNotCall,
            read.Account.Name,
            read.CreatedDate.year > 2000,
        ],
        "through": list(
            Contact.objects.filter(Account__BillingCity="Ulm").values_list("Account__Name", flat=True)
        ),
        "changed": changed,
        "deleted": deleted[0],
        "count": Account.objects.count(),
        "either": Account.objects.filter(Q(Name="Bulk 7") | Q(Name__contains="'")).exclude(Name="x").count(),
        "ordered": list(Account.objects.order_by("-NumberOfEmployees").values_list("Name", flat=True)[:2]),
        "grouped": list(
            Account.objects.exclude(BillingCity=None)
            .values("BillingCity")
            .annotate(n=Count("id"))
            .order_by("BillingCity")
            .values_list("BillingCity", "n")
        ),
        "deleted_too": Account.objects.filter(IsDeleted=True).query_all().count(),
        "refused": refusal(lambda: Contact.objects.create(FirstName="Nameless", LastName="")),
        "model": output.getvalue(),
    }


print(json.dumps(visit()))
